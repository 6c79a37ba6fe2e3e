/** HTTP: agents and conversations with them. */
@NullMarked
package io.llmcluster.gateway.conversation;

import org.jspecify.annotations.NullMarked;
