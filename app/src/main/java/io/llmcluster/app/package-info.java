/** The program: its command line and the members it starts. */
@NullMarked
package io.llmcluster.app;

import org.jspecify.annotations.NullMarked;
