/** Tests of the package of the same name. */
@NullMarked
package io.llmcluster.app.cli;

import org.jspecify.annotations.NullMarked;
