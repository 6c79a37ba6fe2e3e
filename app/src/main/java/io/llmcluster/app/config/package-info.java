/** Where the configuration comes from, and what may stand in it. */
@NullMarked
package io.llmcluster.app.config;

import org.jspecify.annotations.NullMarked;
