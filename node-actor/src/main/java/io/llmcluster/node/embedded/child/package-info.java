/** What runs in the child process: a miniature Ollama around one model, on loopback. */
@NullMarked
package io.llmcluster.node.embedded.child;

import org.jspecify.annotations.NullMarked;
