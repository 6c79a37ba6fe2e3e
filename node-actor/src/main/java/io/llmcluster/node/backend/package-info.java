/** The servers that run models, behind one small interface. */
@NullMarked
package io.llmcluster.node.backend;

import org.jspecify.annotations.NullMarked;
