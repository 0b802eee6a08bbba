"""The small language of the driver, piece by piece; `translate` is its front door.

`fields` describes the structure the driver works on, `expressions` and `statements` translate the
two kinds of things Python is made of.
"""
