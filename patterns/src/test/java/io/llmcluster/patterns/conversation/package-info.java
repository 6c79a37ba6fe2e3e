/** Tests of conversations. */
@NullMarked
package io.llmcluster.patterns.conversation;

import org.jspecify.annotations.NullMarked;
