import { rememberedScratch } from './adapters/actions';
import { removeScratch } from './adapters/scratch';

// The main step removes its folder itself; this is for the run that was killed before it could.
const folder = rememberedScratch();
if (folder !== undefined) removeScratch(folder);
