"""Messages of the web package."""

from cubestudio.core.message import Message

UPLOAD_NOT_WRITABLE = Message("UPLOAD_NOT_WRITABLE", "The platform cannot take the file now: {problem}.")
SSH_NOTEBOOK_NOT_RUNNING = Message(
    "SSH_NOTEBOOK_NOT_RUNNING", "The notebook is {state}; SSH needs a running one."
)
SSH_LOCAL_UNSUPPORTED = Message(
    "SSH_LOCAL_UNSUPPORTED",
    "On this machine notebooks have a terminal and no SSH: use the terminal in the console.",
)
SSH_NOT_ANSWERING = Message(
    "SSH_NOT_ANSWERING",
    "Nothing listens for SSH there: its image needs sshd, and you a key that was yours when "
    "it started. ({problem})",
)
TERMINAL_POD_NOT_RUNNING = Message(
    "TERMINAL_POD_NOT_RUNNING", "The pod is not running; a terminal needs a running pod."
)
