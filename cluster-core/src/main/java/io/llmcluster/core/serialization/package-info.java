/** How messages cross the wire between members. */
@NullMarked
package io.llmcluster.core.serialization;

import org.jspecify.annotations.NullMarked;
