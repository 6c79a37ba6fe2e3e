/** What may know what. */
@NullMarked
package io.llmcluster.architecture;

import org.jspecify.annotations.NullMarked;
