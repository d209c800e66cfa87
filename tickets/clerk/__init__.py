"""The desk's clerk: what time and other people's acts make of a ticket, reckoned from its events and never ticked."""
