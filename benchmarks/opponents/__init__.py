"""What the console is measured against, written as their users would write them."""
