/** A running member: its actor system and the roles in it. */
@NullMarked
package io.llmcluster.app.member;

import org.jspecify.annotations.NullMarked;
