"""Mail: a parcel as a message, the talk with a server that takes it, mailboxes that are searched, bounces."""
