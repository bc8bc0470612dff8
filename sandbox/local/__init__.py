"""The local run: AWS in one process, the untouched template deployed into it, the vendors' stand-ins beside it."""
