/** The subcommands. */
@NullMarked
package io.llmcluster.app.cli;

import org.jspecify.annotations.NullMarked;
