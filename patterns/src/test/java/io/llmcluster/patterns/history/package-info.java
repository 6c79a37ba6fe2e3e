@NullMarked
package io.llmcluster.patterns.history;

import org.jspecify.annotations.NullMarked;
