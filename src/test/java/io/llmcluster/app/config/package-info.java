/** Tests of the package of the same name. */
@NullMarked
package io.llmcluster.app.config;

import org.jspecify.annotations.NullMarked;
