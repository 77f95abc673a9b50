"""What carries a message: Web Push, FCM, APNs, and letters."""
