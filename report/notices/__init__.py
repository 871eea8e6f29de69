"""What is told of an edition after it went out: corrections and withdrawals, and which edition is the latest.

What says so is made of what editions keep, not of the content as it is now: a mistake is told while it is being mended.
"""
