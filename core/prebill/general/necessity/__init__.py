"""Medical necessity and diagnosis coding: NEC101 to NEC112."""
