"""The scheduled run: when it is, and how systemd or cron is told; pure, written by `pipeline.scheduling`."""
