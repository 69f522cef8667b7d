"""`quintet demo` as people run it: an answer, a page, and a clean end, whatever it is at."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path


def test_prints_an_answer_serves_the_page_and_ends_cleanly_while_its_clock_is_moved(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "demo", "--port", "0"]
    environment = {"TMPDIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as demo:
        assert demo.stdout is not None
        printed = ""
        while not (served := re.search(r"/dora team-x at http://(\S+) ", printed)) and (line := demo.stdout.readline()):
            printed += line
        assert served, printed
        assert "Invest next in:" in printed
        connection = HTTPConnection(served[1], timeout=5)
        connection.request("GET", "/")
        page = connection.getresponse()
        assert (page.status, b"<title>Quintet" in page.read()) == (200, True)
        connection.request("POST", "/workspace/clock", '{"to": "over"}', {"Content-Type": "application/json"})
        assert connection.getresponse().read() == b'{"problem":null}'
        connection.close()
        demo.send_signal(signal.SIGINT)
        _, complaints = demo.communicate(timeout=20)
    assert (demo.returncode, complaints) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_can_print_the_answer_alone(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "demo", "--once"]
    environment = {"TMPDIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
    told = subprocess.run(command, cwd=tmp_path, env=environment, text=True, capture_output=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")
    assert "http" not in told.stdout
    assert list(tmp_path.iterdir()) == []
