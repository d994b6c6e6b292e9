// Package enemy is what an enemy sends: names that lead out of a folder, in every
// encoding that has fooled anybody, to every route of an owner that takes a string;
// requests of web pages that are not Varve's; and files that carry scripts. Its users
// are the figures R18 and R20 of build/reliability, and unit tests that take a slice.
package enemy
