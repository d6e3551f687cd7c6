# For fingers that know make; ./desk is the door and needs no make. NAME and ARGS are passed on.
.PHONY: run test pytest lint bench faults manage db lock help
.DEFAULT_GOAL := help

run test pytest lint faults manage db lock help:
	@./desk $@ $(ARGS)

bench:
	@./desk bench $(NAME) $(ARGS)
