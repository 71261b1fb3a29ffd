"""A terminal of a test's own: tmux draws what a program draws, and types what a person types."""

import os
import subprocess

from desk import wait_until


class Terminal:
    """One tmux server with one window. Use by `with`."""

    def __init__(self, program, folder, command, width=80, height=24, env=None):
        self.program = program("tmux")
        self.socket = str(folder / "tmux.socket")
        surroundings = {k: v for k, v in os.environ.items()
                        if not k.startswith(("DESKCTL_", "COLUMNS", "TMUX", "NO_COLOR"))}
        surroundings |= {"LC_ALL": "C.UTF-8", "USER": "anna", "HOME": str(folder)} | (env or {})
        # The first and only configuration: nothing of the machine's, no delay behind an escape.
        config = folder / "tmux.conf"
        config.write_text("set -g escape-time 0\nset -g default-terminal screen-256color\n"
                          "set -g remain-on-exit on\n")
        self.size = (width, height)
        subprocess.run([self.program, "-S", self.socket, "-f", str(config), "new-session", "-d",
                        "-x", str(width), "-y", str(height), *command],
                       env=surroundings, check=True, timeout=30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.tmux("kill-server", check=False)

    def tmux(self, *arguments, check=True):
        return subprocess.run([self.program, "-S", self.socket, *arguments], check=check, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=30).stdout

    def type(self, *keys):
        """Key names as tmux knows them: a, Enter, Tab, C-c; any other text as it is."""
        self.tmux("send-keys", *keys)

    def type_text(self, text):
        self.tmux("send-keys", "-l", text)

    def resize(self, width, height):
        self.size = (width, height)
        self.tmux("resize-window", "-x", str(width), "-y", str(height))

    def screen(self):
        """What is seen, trailing spaces cut."""
        return self.tmux("capture-pane", "-p")

    def lines(self):
        return self.screen().split("\n")

    def colours(self):
        """What is seen, with its escapes."""
        return self.tmux("capture-pane", "-p", "-e")

    def shows(self, text, seconds=20.0):
        """Waits until `text` is seen, and gives the screen; `text` may be a function of it."""
        condition = text if callable(text) else lambda screen: text in screen

        def look():
            screen = self.screen()
            return screen if condition(screen) else None

        try:
            return wait_until(f"the terminal shows {text!r}", look, seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}\n--- the screen\n{self.screen()}") from None

    def asked(self, format):
        """A value of tmux itself, such as #{alternate_on}."""
        return self.tmux("display-message", "-p", format).strip()
