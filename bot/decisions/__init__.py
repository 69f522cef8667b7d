"""What people decide in Slack: who is told what, what really failed, and what they make of a ping."""
