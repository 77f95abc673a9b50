"""Who a learner is: guest accounts, access and refresh tokens, and the settings a learner keeps."""
