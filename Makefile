# Varve. `make` lists what there is to make. The work is in build/scripts/.
.DEFAULT_GOAL := help
SHELL := bash
MAKEFLAGS += --no-print-directory

run = @bash build/scripts/$(1).sh

.PHONY: help setup build demo test bench bench-data growth figures endurance reliability lint screenshots install uninstall clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 20

setup: ## install what building and testing need (done by the others when it is missing)
	$(call run,setup) all

build: ## build/bin/varve (command line, owner) and build/bin/varve-window
	$(call run,setup) build
	$(call run,build)

demo: build ## a workspace with nine runs on the wine data, then the window
	$(call run,demo)

test: ## set up, then every check and every test
	$(call run,setup) all
	$(call run,build)
	$(call run,test)

bench: build ## measure Varve and mlflow server side by side, then the pages
	$(call run,bench)

bench-data: build ## measure keeping and restoring data beside restic, git-lfs and DVC
	$(call run,bench-data)

growth: build ## measure Varve with up to 100,000 runs
	$(call run,growth)

figures: build ## measure the pages with 10,000 runs
	$(call run,figures)

endurance: build ## use the window for an hour's worth, and watch its memory
	$(call run,endurance)

reliability: build ## kill, cut off, fill up and damage it, for five minutes; LONG=1 for hours
	$(call run,reliability)

lint: ## format, vet, staticcheck, types, licences
	$(call run,setup) build
	$(call run,lint)

screenshots: ## take the pictures in docs/ from the real program
	$(call run,setup) all
	$(call run,build)
	$(call run,screenshots)

install: build ## put Varve into your home: programs, menu entry, icons
	$(call run,install)

uninstall: ## take that away again; workspaces stay
	@bash build/scripts/install.sh --remove

clean: ## remove what was built, and the caches in build/
	$(call run,clean)
