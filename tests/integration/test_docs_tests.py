"""The tests that a page shows are tests: they run, beside the page's files, and pass."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "howto" / "test-a-workflow.md"


def test_the_tests_of_the_page_pass(tmp_path):
    page = PAGE.read_text()
    files = re.findall(r"^```yaml file=(\S+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    tests = re.findall(r"^```python test\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    for name, text in files:
        (tmp_path / name).write_text(text)
    for number, text in enumerate(tests):
        (tmp_path / f"test_{number}.py").write_text(text)
    assert files and len(tests) == 2
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout
