/** Which nodes there are, what they have, and how they are; every member keeps the whole of it. */
@NullMarked
package io.llmcluster.core.directory;

import org.jspecify.annotations.NullMarked;
