// Command reliability hurts Varve on purpose, and writes down what came of it:
//
//	reliability -varve FILE -dir FOLDER [-page FILE] [-long] [-seed N] [-only R1,R5]
//
// The built programs are killed, their disks filled, cut off and made to fail,
// and their files damaged, while a model knows what was acknowledged. What a
// machine does not allow is reported as not run, with the reason. The exit code
// is 1 if a promise was broken.
package main
