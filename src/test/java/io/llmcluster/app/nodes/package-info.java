/** Tests of the package of the same name. */
@NullMarked
package io.llmcluster.app.nodes;

import org.jspecify.annotations.NullMarked;
