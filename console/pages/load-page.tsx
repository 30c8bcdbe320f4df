import { Page } from '../ui/page.tsx';
export function LoadPage() {
  return <Page title="Load">{null}</Page>;
}
