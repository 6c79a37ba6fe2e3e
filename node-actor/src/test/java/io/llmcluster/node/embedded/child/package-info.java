/** What runs in the child process: tests. */
@NullMarked
package io.llmcluster.node.embedded.child;

import org.jspecify.annotations.NullMarked;
