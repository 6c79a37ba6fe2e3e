/** The durable interpreter: runs the program of any pattern, and goes on with it after a crash. */
@NullMarked
package io.llmcluster.patterns.workflow;

import org.jspecify.annotations.NullMarked;
