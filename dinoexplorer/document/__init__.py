"""What is open and where we stand: the state that undo acts on. Qt-free."""
