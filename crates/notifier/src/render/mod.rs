//! Alert → document → the text of each channel. Pure.
