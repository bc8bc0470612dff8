"""Live flows, on fakes of both vendors."""
