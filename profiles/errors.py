"""The one error of this package: a file a user wrote, the key in it that is wrong, and what would be right."""


class ProfileError(ValueError):
    """A profile, catalogue or workload file that cannot be used.

    `file` is the name or path the user gave, `key` the dotted path inside it ("" for the file as a whole), `why`
    what is wrong and what would be right, in one line.
    """

    def __init__(self, file: str, key: str, why: str) -> None:
        super().__init__(f"{file}: {key}: {why}" if key else f"{file}: {why}")
        self.file = file
        self.key = key
        self.why = why
