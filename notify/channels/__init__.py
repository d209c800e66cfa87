"""The ways to people: e-mail, chats, SMS and telephone calls; each sends one message and says what came of it."""
