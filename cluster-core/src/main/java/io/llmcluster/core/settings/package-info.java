/** Reading configuration into settings records, with errors that name the key. */
@NullMarked
package io.llmcluster.core.settings;

import org.jspecify.annotations.NullMarked;
