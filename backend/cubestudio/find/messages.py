"""Messages of the find package."""

from cubestudio.core.message import Message

FIND_TEXT_OUT_OF_RANGE = Message("FIND_TEXT_OUT_OF_RANGE", "text must have 1 to {most} characters.")
TOO_MANY_IDS = Message("TOO_MANY_IDS", "At most {most} ids can be requested at once.")
