"""The live render thread: one mailbox, newest wins."""
