"""The FacilIAuto bot: a person looking for a car."""
