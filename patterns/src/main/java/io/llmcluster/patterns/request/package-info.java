/** Reading what a client asks for: checked, completed, and told by name when it is wrong. */
@NullMarked
package io.llmcluster.patterns.request;

import org.jspecify.annotations.NullMarked;
