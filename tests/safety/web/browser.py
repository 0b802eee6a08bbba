"""A browser to test pages with: Chromium over its pipe, in the protocol of its developer tools."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


class Browser:
    """One page of a Chromium without a screen."""

    def __init__(self, folder: str, width: int, height: int) -> None:
        found = next((path for name in NAMES if (path := shutil.which(name))), None)
        if found is None:
            pytest.skip("no Chromium here: the form was not tried in a browser")
        to_read, self._out = os.pipe()
        self._in, to_write = os.pipe()
        # Chromium reads from 3 and writes to 4
        shell = f'exec "$0" "$@" 3<&{to_read} 4>&{to_write}'
        flags = [
            *("--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe"),
            *("--no-first-run", f"--user-data-dir={folder}", f"--window-size={width},{height}"),
        ]
        self._child = subprocess.Popen(
            ["bash", "-c", shell, found, *flags, "about:blank"],
            pass_fds=(to_read, to_write),
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        self._number, self._left, self._session = 0, b"", None
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(t["targetId"] for t in targets if t["type"] == "page")
        attached = self.call("Target.attachToTarget", targetId=page, flatten=True)
        self._session = attached["sessionId"]
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": True}
        self.call("Emulation.setDeviceMetricsOverride", **size)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol and wait for its answer."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self._left:
                read = os.read(self._in, 1 << 16)
                if not read:
                    pytest.skip("Chromium does not start here: the form was not tried in a browser")
                self._left += read
            one, self._left = self._left.split(b"\0", 1)
            answer = json.loads(one)
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]

    def go(self, address: str) -> None:
        """Open an address and wait until it is there."""
        self.call("Page.navigate", url=address)
        self.until("document.readyState == 'complete' && location.href != 'about:blank'")

    def ask(self, script: str) -> Any:
        """Evaluate a script in the page."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        return answer["result"].get("value")

    def until(self, script: str, seconds: float = 60) -> None:
        """Wait until a script gives true."""
        end = time.monotonic() + seconds
        while not self.ask(script):
            assert time.monotonic() < end, script
            time.sleep(0.05)

    def press(self, key: str, text: str = "") -> None:
        """Press and let go of a key."""
        codes = {"Tab": 9, "Enter": 13, " ": 32}
        code = {"windowsVirtualKeyCode": codes[key], "key": key}
        more = {"text": text} if text else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", **code, **more)
        self.call("Input.dispatchKeyEvent", type="keyUp", **code)

    def write(self, text: str) -> None:
        """Type text into what has the focus."""
        self.call("Input.insertText", text=text)

    def close(self) -> None:
        """End the browser."""
        self._child.kill()
        self._child.wait()
        os.close(self._in)
        os.close(self._out)
