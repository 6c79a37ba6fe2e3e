/** Which nodes a member brings along. */
@NullMarked
package io.llmcluster.app.nodes;

import org.jspecify.annotations.NullMarked;
