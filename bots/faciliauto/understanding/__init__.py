"""Understanding Portuguese: tables, spelling, vehicles and numbers. The intent rules and the command are not written yet."""
