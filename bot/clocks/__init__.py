"""What makes jobs run when they are due."""
