// What a page gains by running scripts: times of the reader's own, bars that answer, a search, and staying current.
import { enliven } from "./bars.js";
import { localizeTimes } from "./times.js";
import { offerSearch } from "./search.js";
import { keepCurrent } from "./live.js";

const dress = () => {
  localizeTimes(document);
  enliven(document);
  offerSearch(document);
};

dress();
keepCurrent(dress);
