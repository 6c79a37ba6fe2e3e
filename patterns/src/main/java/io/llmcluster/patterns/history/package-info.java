/** Reading workflows without waking them: one by its journal, all by the events that list them. */
@NullMarked
package io.llmcluster.patterns.history;

import org.jspecify.annotations.NullMarked;
