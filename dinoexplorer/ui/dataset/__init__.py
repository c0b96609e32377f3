"""The dataset workshop in the window: preparing pictures, looking through them, and what the checks say."""
