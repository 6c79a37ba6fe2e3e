/** Conversations with agents: durable, one turn at a time, with a memory that is bounded. */
@NullMarked
package io.llmcluster.patterns.conversation;

import org.jspecify.annotations.NullMarked;
